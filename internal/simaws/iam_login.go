package simaws

func loginOperations() []operation {
	return []operation{
		{service: "iam", name: "GetLoginProfile", target: onUser, run: getLoginProfile},
		{service: "iam", name: "CreateLoginProfile", write: true, target: onUser, run: createLoginProfile},
		{service: "iam", name: "UpdateLoginProfile", write: true, target: onNamedUser, run: updateLoginProfile},
		{service: "iam", name: "DeleteLoginProfile", write: true, target: onUser, run: deleteLoginProfile},
	}
}

// loginUser is the subject and its password, or NoSuchEntity for either.
func (c *call) loginUser() (*User, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	if u.Login == nil {
		return nil, noSuch("Login Profile for User %s cannot be found.", u.Name)
	}
	return u, nil
}

func loginObject(u *User) object {
	return object{{"LoginProfile", object{
		{"UserName", u.Name}, {"CreateDate", u.Login.Created}, {"PasswordResetRequired", u.Login.ResetRequired},
	}}}
}

func getLoginProfile(c *call) (object, *apiError) {
	u, err := c.loginUser()
	if err != nil {
		return nil, err
	}
	return loginObject(u), nil
}

func createLoginProfile(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	if u.Login != nil {
		return nil, exists("Login Profile for user %s already exists.", u.Name)
	}
	u = c.edit().editUser(u.Name)
	u.Login = &LoginProfile{Created: c.second(), ResetRequired: c.args["PasswordResetRequired"] == "true"}
	return loginObject(u), nil
}

func updateLoginProfile(c *call) (object, *apiError) {
	u, err := c.loginUser()
	if err != nil {
		return nil, err
	}
	u = c.edit().editUser(u.Name)
	if v, ok := c.args["PasswordResetRequired"]; ok {
		u.Login.ResetRequired = v == "true"
	}
	return nil, nil
}

func deleteLoginProfile(c *call) (object, *apiError) {
	u, err := c.loginUser()
	if err != nil {
		return nil, err
	}
	c.edit().editUser(u.Name).Login = nil
	return nil, nil
}
